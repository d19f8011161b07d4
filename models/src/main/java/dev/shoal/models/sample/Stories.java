package dev.shoal.models.sample;

import java.util.List;
import java.util.random.RandomGenerator;

/** A short tale: somebody loses something, asks around, and finds it where it was lost. */
final class Stories implements SampleDomain {

  private static final List<Hero> HEROES =
      List.of(
          new Hero("girl", "she", "her"),
          new Hero("boy", "he", "his"),
          new Hero("fox", "it", "its"),
          new Hero("queen", "she", "her"),
          new Hero("baker", "he", "his"));
  private static final List<String> THINGS =
      List.of("key", "ring", "hat", "lantern", "book", "basket", "flute", "map", "coin", "kite");
  private static final List<String> COLOURS =
      List.of("red", "golden", "little", "old", "blue", "shiny", "heavy", "wooden");
  private static final List<String> PLACES =
      List.of("forest", "river", "garden", "castle", "market", "mountain", "harbour", "village");
  private static final List<String> FRIENDS =
      List.of("owl", "miller", "frog", "shepherd", "bear", "fisherman", "cat", "giant");
  private static final List<String> FEELINGS =
      List.of("sad", "worried", "brave", "tired", "curious", "lonely");
  private static final List<String> WEATHER =
      List.of(
          "the sun was shining",
          "the rain fell softly",
          "snow lay on the ground",
          "a cold wind was blowing");

  private record Hero(String kind, String pronoun, String possessive) {}

  @Override
  public String name() {
    return "stories";
  }

  @Override
  public String document(RandomGenerator random) {
    Dice dice = new Dice(random);
    Hero hero = dice.usual(HEROES);
    String name = dice.surname();
    String thing = dice.usual(COLOURS) + " " + dice.usual(THINGS);
    String place = dice.usual(PLACES);
    StringBuilder text = new StringBuilder();
    text.append("Once upon a time there was a ").append(hero.kind()).append(" called ");
    text.append(name).append(", who lived near the ").append(dice.usual(PLACES)).append(". ");
    text.append("One day ").append(dice.usual(WEATHER)).append(", and ").append(name);
    text.append(" lost ").append(hero.possessive()).append(' ').append(thing).append(" in the ");
    text.append(place).append(". ").append(sentence(hero.pronoun())).append(" felt very ");
    text.append(dice.usual(FEELINGS)).append(".\n");
    for (String friend : dice.several(FRIENDS, dice.between(1, 3))) {
      ask(dice, new Loss(hero, name, thing), friend, text);
    }
    text.append("At last ").append(name).append(" went back to the ").append(place);
    text.append(", and there was the ").append(thing).append(", under a ");
    text.append(dice.pick(List.of("stone", "tree", "bench", "leaf"))).append(". ");
    text.append(sentence(hero.pronoun())).append(" took ").append(hero.possessive());
    text.append(' ').append(thing).append(" home and never lost it again.\n");
    return text.toString();
  }

  private record Loss(Hero hero, String name, String thing) {}

  private static void ask(Dice dice, Loss loss, String friend, StringBuilder text) {
    text.append(sentence(loss.hero().pronoun())).append(" met a ");
    text.append(friend).append(". \"Have you seen my ").append(loss.thing()).append("?\" asked ");
    text.append(loss.name()).append(". \"");
    text.append(
        dice.pick(
            List.of(
                "I have not seen it",
                "I saw it yesterday",
                "You should ask somebody else",
                "Only the moon knows")));
    text.append(",\" said the ").append(friend).append('.');
    if (dice.onceIn(2)) {
      text.append(" So ").append(loss.name()).append(" thanked the ").append(friend);
      text.append(" and walked to the ").append(dice.usual(PLACES)).append(".");
    }
    text.append('\n');
  }

  private static String sentence(String word) {
    return Character.toUpperCase(word.charAt(0)) + word.substring(1);
  }
}
