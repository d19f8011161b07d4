package dev.shoal.models.sample;

import java.util.List;
import java.util.random.RandomGenerator;

/** Recipes in Markdown: every ingredient listed is used, in the order of the list. */
final class Recipes implements SampleDomain {

  private static final List<Ingredient> INGREDIENTS =
      List.of(
          new Ingredient("flour", "g"),
          new Ingredient("butter", "g"),
          new Ingredient("onions", ""),
          new Ingredient("sugar", "g"),
          new Ingredient("milk", "ml"),
          new Ingredient("eggs", ""),
          new Ingredient("tomatoes", ""),
          new Ingredient("olive oil", "tbsp"),
          new Ingredient("cream", "ml"),
          new Ingredient("garlic", "cloves"),
          new Ingredient("rice", "g"),
          new Ingredient("lemon juice", "tbsp"),
          new Ingredient("carrots", ""),
          new Ingredient("vegetable stock", "ml"),
          new Ingredient("cheese", "g"),
          new Ingredient("parsley", "tbsp"));
  private static final List<String> DISHES =
      List.of("Soup", "Pie", "Stew", "Salad", "Pancakes", "Bake", "Curry", "Gratin");
  private static final List<String> STYLES =
      List.of("Quick", "Country", "Creamy", "Spicy", "Sunday", "Winter", "Rustic");
  private static final List<String> ACTIONS =
      List.of("Add", "Stir in", "Chop", "Mix in", "Fold in", "Whisk", "Heat");
  private static final List<String> VESSELS = List.of("bowl", "pan", "pot", "oven dish");

  private record Ingredient(String name, String unit) {

    String amount(Dice dice) {
      return switch (unit) {
        case "g", "ml" -> dice.between(1, 10) * 50 + " " + unit;
        case "" -> Integer.toString(dice.between(2, 6));
        default -> dice.between(2, 5) + " " + unit;
      };
    }
  }

  @Override
  public String name() {
    return "recipes";
  }

  @Override
  public String document(RandomGenerator random) {
    Dice dice = new Dice(random);
    List<Ingredient> ingredients = dice.several(INGREDIENTS, dice.between(5, 9));
    String vessel = dice.usual(VESSELS);
    StringBuilder text = new StringBuilder("# ");
    text.append(dice.usual(STYLES))
        .append(' ')
        .append(dice.usual(DISHES))
        .append("\n\n**Serves:** ");
    text.append(dice.between(2, 8)).append("\n\n## Ingredients\n\n");
    for (Ingredient ingredient : ingredients) {
      text.append("- ").append(ingredient.amount(dice)).append(' ').append(ingredient.name());
      text.append('\n');
    }
    text.append("\n## Method\n\n");
    int step = 1;
    for (Ingredient ingredient : ingredients) {
      text.append(step++).append(". ").append(dice.usual(ACTIONS)).append(" the ");
      text.append(ingredient.name()).append(tail(dice, vessel)).append('\n');
    }
    text.append(step).append(". Serve ").append(dice.pick(List.of("hot", "warm", "cold")));
    return text.append(".\n").toString();
  }

  private static String tail(Dice dice, String vessel) {
    return switch (dice.between(0, 3)) {
      case 0 -> " in the " + vessel + ".";
      case 1 -> " and simmer for " + dice.between(1, 9) * 5 + " minutes.";
      case 2 -> " until " + dice.usual(List.of("soft", "golden brown", "smooth", "thick")) + ".";
      default -> ".";
    };
  }
}
