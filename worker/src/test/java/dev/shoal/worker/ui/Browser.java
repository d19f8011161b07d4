package dev.shoal.worker.ui;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.openqa.selenium.By;
import org.openqa.selenium.JavascriptExecutor;
import org.openqa.selenium.Keys;
import org.openqa.selenium.NoSuchElementException;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.WebDriverException;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.support.ui.WebDriverWait;

/** A headless Chromium that waits for what it is asked for, and takes pictures. */
final class Browser implements AutoCloseable {

  private static final Duration LIMIT = Duration.ofSeconds(90);

  private static final Logger QUIET = Logger.getLogger("org.openqa.selenium");

  private final ChromeDriver driver;
  private final Path pictures;

  private Browser(ChromeDriver driver, Path pictures) {
    this.driver = driver;
    this.pictures = pictures;
  }

  /** Opens it; the test is skipped, and says so, where there is none. */
  static Browser open(Path pictures) throws IOException {
    Optional<File> chromium = program("chromium", "chromium-browser", "google-chrome");
    Optional<File> chromedriver = program("chromedriver");
    if (chromium.isEmpty() || chromedriver.isEmpty()) {
      String why = "SKIPPED: no chromium and chromedriver on the PATH, so the UI is not tested";
      System.err.println(why);
      Assumptions.abort(why);
    }
    QUIET.setLevel(Level.SEVERE); // it warns of parts that are not used here
    ChromeOptions options =
        new ChromeOptions()
            .setBinary(chromium.orElseThrow())
            .addArguments(
                ("--headless --no-sandbox --disable-gpu --disable-quic --no-first-run"
                        + " --disable-background-networking --disable-component-update"
                        + " --disable-sync --disable-dev-shm-usage --window-size=1400,1000")
                    .split(" "));
    ChromeDriverService service =
        new ChromeDriverService.Builder()
            .usingDriverExecutable(chromedriver.orElseThrow())
            .usingAnyFreePort()
            .build();
    return new Browser(new ChromeDriver(service, options), Files.createDirectories(pictures));
  }

  private static Optional<File> program(String... names) {
    return Stream.of(names)
        .flatMap(
            name ->
                Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
                    .map(folder -> new File(folder, name)))
        .filter(File::canExecute)
        .findFirst();
  }

  void go(String address) {
    driver.get(address);
  }

  /** The address, once it has changed to hold this. */
  String awaitAddress(String part) {
    await("an address with " + part, now -> now.driver.getCurrentUrl().contains(part));
    return driver.getCurrentUrl();
  }

  /** The first that is visible; the UI has some things twice, for wide and narrow windows. */
  private WebElement visible(By what) {
    return driver.findElements(what).stream()
        .filter(WebElement::isDisplayed)
        .findFirst()
        .orElseThrow(() -> new NoSuchElementException(what.toString()));
  }

  private WebElement visible(String css) {
    return visible(By.cssSelector(css));
  }

  void click(String css) {
    click(By.cssSelector(css));
  }

  void press(String button) {
    click(By.xpath("//button[contains(., '%s')]".formatted(button)));
  }

  void choose(String option) {
    click(By.xpath("//*[@role='option'][contains(., '%s')]".formatted(option)));
  }

  private void click(By what) {
    await(
        what.toString(),
        now -> {
          now.visible(what).click();
          return true;
        });
  }

  /** Replaces what an editor of JSON holds; it must lose focus to be believed. */
  void edit(String css, String json, String next) {
    click(css);
    driver.switchTo().activeElement().sendKeys(Keys.chord(Keys.CONTROL, "a"), Keys.DELETE);
    ((JavascriptExecutor) driver)
        .executeScript("document.execCommand('insertText', false, arguments[0])", json);
    click(next);
  }

  /** Waits until an element of the page says this. */
  void await(String css, String text) {
    await("%s: %s".formatted(css, text), now -> now.visible(css).getText().contains(text));
  }

  /** Waits until the page shows this. */
  void awaitText(String text) {
    await(text, now -> now.visible("body").getText().contains(text));
  }

  /** Waits until the frame in the page shows this, asking the page for fresh content meanwhile. */
  void awaitFrame(String text) {
    await(
        text,
        now -> {
          now.visible("body").sendKeys("r");
          now.driver.switchTo().frame(now.visible("iframe"));
          try {
            return now.driver.findElement(By.tagName("body")).getText().contains(text);
          } finally {
            now.driver.switchTo().defaultContent();
          }
        });
  }

  /** A page that is being redrawn answers with errors of many kinds: all mean not yet. */
  private void await(String what, Predicate<Browser> condition) {
    new WebDriverWait(driver, LIMIT)
        .withMessage(what)
        .ignoring(WebDriverException.class)
        .until(any -> condition.test(this));
  }

  /** Keeps what is seen now. */
  void picture(String name) throws IOException {
    Files.write(pictures.resolve(name + ".png"), driver.getScreenshotAs(OutputType.BYTES));
  }

  @Override
  public void close() {
    driver.quit();
  }
}
