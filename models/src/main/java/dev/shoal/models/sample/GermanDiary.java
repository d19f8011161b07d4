package dev.shoal.models.sample;

import java.util.List;
import java.util.random.RandomGenerator;

/** A week in plain German: weekdays in order, articles and endings right for each noun. */
final class GermanDiary implements SampleDomain {

  private static final List<String> DAYS =
      List.of("Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag");
  private static final List<String> PEOPLE =
      List.of("Anna", "Jürgen", "meine Schwester", "Herr Müller", "der Nachbar", "Käthe");
  private static final List<Noun> NOUNS =
      List.of(
          new Noun(Gender.MASCULINE, "Brief"),
          new Noun(Gender.FEMININE, "Tür"),
          new Noun(Gender.NEUTER, "Fahrrad"),
          new Noun(Gender.MASCULINE, "Kuchen"),
          new Noun(Gender.FEMININE, "Zeitung"),
          new Noun(Gender.NEUTER, "Haus"),
          new Noun(Gender.MASCULINE, "Garten"),
          new Noun(Gender.FEMININE, "Brücke"),
          new Noun(Gender.NEUTER, "Mädchen"),
          new Noun(Gender.MASCULINE, "Schlüssel"),
          new Noun(Gender.FEMININE, "Küche"),
          new Noun(Gender.NEUTER, "Buch"));
  private static final List<String> ADJECTIVES =
      List.of("groß", "klein", "schön", "alt", "neu", "grün", "weiß", "kaputt");
  private static final List<String> VERBS =
      List.of("gesehen", "gefunden", "gesucht", "gemalt", "vergessen", "geprüft");
  private static final List<String> WEATHER =
      List.of("hat es geregnet", "war es heiß", "schien die Sonne", "gab es Gewitter");

  private enum Gender {
    MASCULINE("der", "den", "einen", "en", "Er"),
    FEMININE("die", "die", "eine", "e", "Sie"),
    NEUTER("das", "das", "ein", "es", "Es");

    private final String the;
    private final String theObject;
    private final String aObject;
    private final String ending;
    private final String pronoun;

    Gender(String the, String theObject, String aObject, String ending, String pronoun) {
      this.the = the;
      this.theObject = theObject;
      this.aObject = aObject;
      this.ending = ending;
      this.pronoun = pronoun;
    }
  }

  private record Noun(Gender gender, String word) {}

  @Override
  public String name() {
    return "german";
  }

  @Override
  public String document(RandomGenerator random) {
    Dice dice = new Dice(random);
    int first = dice.between(0, 2);
    int days = dice.between(4, 5);
    StringBuilder text = new StringBuilder();
    for (String day : DAYS.subList(first, first + days)) {
      text.append("Am ").append(day).append(' ').append(dice.usual(WEATHER)).append(". ");
      find(dice, text);
      if (dice.onceIn(2)) {
        visit(dice, text);
      }
      text.setLength(text.length() - 1);
      text.append('\n');
    }
    return text.toString();
  }

  private static void find(Dice dice, StringBuilder text) {
    Noun noun = dice.usual(NOUNS);
    String adjective = dice.usual(ADJECTIVES);
    text.append("Ich habe ").append(noun.gender().aObject).append(' ').append(adjective);
    text.append(noun.gender().ending).append(' ').append(noun.word()).append(' ');
    text.append(dice.usual(VERBS)).append(". ").append(noun.gender().pronoun);
    text.append(" war ").append(dice.onceIn(2) ? "wirklich " : "sehr ").append(adjective);
    text.append(". ");
  }

  private static void visit(Dice dice, StringBuilder text) {
    Noun noun = dice.usual(NOUNS);
    String person = dice.usual(PEOPLE);
    text.append("Später hat ").append(person).append(" gefragt, wo ").append(noun.gender().the);
    text.append(' ').append(noun.word()).append(" ist, denn ").append(person).append(" wollte ");
    text.append(noun.gender().theObject).append(' ').append(noun.word()).append(" um ");
    text.append(dice.between(1, 12)).append(" Uhr ");
    text.append(dice.pick(List.of("holen", "zeigen", "kaufen", "putzen"))).append(". ");
  }
}
