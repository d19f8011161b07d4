package dev.shoal.worker.commands;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A moment as people write it: so long ago, a day, or a day and a time of this place. */
final class Since implements ITypeConverter<Instant> {

  private static final List<Function<String, Instant>> FORMS =
      List.of(
          text -> Instant.now().minus(ago(text)),
          text -> LocalDate.parse(text).atStartOfDay(ZoneId.systemDefault()).toInstant(),
          text -> LocalDateTime.parse(text).atZone(ZoneId.systemDefault()).toInstant(),
          text -> OffsetDateTime.parse(text).toInstant());

  @Override
  public Instant convert(String text) {
    return FORMS.stream()
        .flatMap(form -> tried(form, text).stream())
        .findFirst()
        .orElseThrow(
            () ->
                new TypeConversionException(
                    "'%s' is no time; write 30m, 12h or 7d, 2026-03-02, or 2026-03-02T09:00"
                        .formatted(text)));
  }

  private static Optional<Instant> tried(Function<String, Instant> form, String text) {
    try {
      return Optional.of(form.apply(text));
    } catch (DateTimeParseException e) {
      return Optional.empty();
    }
  }

  private static Duration ago(String text) {
    return Duration.parse(text.endsWith("d") ? "P" + text : "PT" + text);
  }
}
