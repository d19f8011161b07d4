package dev.shoal.workflows.request;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.apache.commons.text.similarity.LevenshteinDistance;

/**
 * Binds a JSON tree to records and collects every mistake on the way: unknown fields with the
 * nearest right name, wrong types, missing values. (Jackson's own binding stops at the first.)
 */
final class RecordBinder {

  private static final List<Class<?>> LISTED = List.of(Dataset.class, EvaluationTask.class);

  /** Of so many words a reader does not see at once which was meant. */
  private static final int MANY = 4;

  private final List<Problem> problems;

  RecordBinder(List<Problem> problems) {
    this.problems = problems;
  }

  /** The bound record; components with a problem are null. */
  <T extends Record> T bind(JsonNode node, Class<T> type, String path) {
    if (!(node instanceof ObjectNode object)) {
      report(path, "found " + describe(node) + ", expected an object");
      return null;
    }
    RecordComponent[] components = type.getRecordComponents();
    List<String> known = Arrays.stream(components).map(RecordBinder::fieldName).toList();
    object.fieldNames().forEachRemaining(name -> checkKnown(name, known, path));
    Object[] values =
        Arrays.stream(components).map(c -> component(object.get(fieldName(c)), c, path)).toArray();
    return construct(type, components, values);
  }

  private void checkKnown(String name, List<String> known, String path) {
    if (known.contains(name)) {
      return;
    }
    String nearest = nearest(name, known);
    report(
        join(path, name),
        "unknown field; did you mean %s? Fields here: %s"
            .formatted(nearest, String.join(", ", known)));
  }

  private Object component(JsonNode value, RecordComponent component, String path) {
    String field = join(path, fieldName(component));
    boolean auto = component.isAnnotationPresent(Auto.class);
    if (value == null || value.isNull()) {
      if (!auto && !component.isAnnotationPresent(OptionalField.class) && !hasDefault(component)) {
        report(field, value == null ? "is missing" : "is null, expected a value");
      }
      return null;
    }
    if (auto && value.isTextual() && value.textValue().equals("auto")) {
      return null;
    }
    return value(value, component.getGenericType(), field);
  }

  /** Entries of a list have their defaults in the record, having no place in a recipe. */
  private static boolean hasDefault(RecordComponent component) {
    return LISTED.contains(component.getDeclaringRecord())
        && !List.of("name", "path").contains(component.getName());
  }

  private Object value(JsonNode value, Type type, String field) {
    if (type instanceof ParameterizedType list) {
      return list(value, list.getActualTypeArguments()[0], field);
    }
    Class<?> target = (Class<?>) type;
    if (target.isRecord()) {
      return bind(value, target.asSubclass(Record.class), field);
    }
    if (target.isEnum()) {
      return constant(value, target, field);
    }
    return scalar(value, target, field);
  }

  private List<Object> list(JsonNode value, Type element, String field) {
    if (!value.isArray()) {
      report(field, "found " + describe(value) + ", expected a list");
      return List.of();
    }
    List<Object> bound = new ArrayList<>();
    IntStream.range(0, value.size())
        .mapToObj(i -> value(value.get(i), element, field + "[" + i + "]"))
        .filter(v -> v != null)
        .forEach(bound::add);
    return bound;
  }

  private Object constant(JsonNode value, Class<?> type, String field) {
    List<String> names =
        Arrays.stream(type.getEnumConstants()).map(RecordBinder::constantName).toList();
    String given = value.isTextual() ? value.textValue().toLowerCase(Locale.ROOT) : "";
    int index = names.indexOf(given);
    if (index < 0) {
      String hint =
          names.size() < MANY || given.isEmpty()
              ? ""
              : "; did you mean " + nearest(given, names) + "?";
      report(field, "found %s, expected %s%s".formatted(describe(value), oneOf(names), hint));
      return null;
    }
    return type.getEnumConstants()[index];
  }

  /** As it is written on the wire. */
  private static String constantName(Object constant) {
    Enum<?> value = (Enum<?>) constant;
    try {
      return value
          .getDeclaringClass()
          .getField(value.name())
          .getAnnotation(JsonProperty.class)
          .value();
    } catch (NoSuchFieldException e) {
      throw new IllegalStateException("constant " + value + " is no field", e);
    }
  }

  private Object scalar(JsonNode value, Class<?> type, String field) {
    if (type == String.class && value.isTextual()) {
      return value.textValue();
    }
    if (type == Boolean.class && value.isBoolean()) {
      return value.booleanValue();
    }
    if (type == ObjectNode.class && value.isObject()) {
      return value;
    }
    if (Number.class.isAssignableFrom(type) && value.isNumber()) {
      Object number = number(value.decimalValue(), type);
      if (number != null) {
        return number;
      }
    }
    report(field, "found %s, expected %s".formatted(describe(value), wanted(type)));
    return null;
  }

  /** Whole numbers may be written 5e8; null where the value does not fit the type. */
  private static Object number(BigDecimal value, Class<?> type) {
    try {
      if (type == Integer.class) {
        return value.intValueExact();
      }
      if (type == Long.class) {
        return value.longValueExact();
      }
      if (type == Double.class) {
        return Double.isFinite(value.doubleValue()) ? (Object) value.doubleValue() : null;
      }
      return value;
    } catch (ArithmeticException e) {
      return null;
    }
  }

  private static String wanted(Class<?> type) {
    if (type == Integer.class || type == Long.class) {
      return "a whole number";
    }
    if (type == Boolean.class) {
      return "true or false";
    }
    if (type == ObjectNode.class) {
      return "an object";
    }
    return type == String.class ? "text in quotes" : "a number";
  }

  private static <T extends Record> T construct(
      Class<T> type, RecordComponent[] components, Object[] values) {
    try {
      Class<?>[] types =
          Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
      return type.getDeclaredConstructor(types).newInstance(values);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("record " + type.getName() + " cannot be made", e);
    }
  }

  private void report(String field, String message) {
    problems.add(new Problem(field.isEmpty() ? "request" : field, message));
  }

  private static String fieldName(RecordComponent component) {
    return PropertyNamingStrategies.SnakeCaseStrategy.INSTANCE.translate(component.getName());
  }

  private static String join(String path, String name) {
    return path.isEmpty() ? name : path + "." + name;
  }

  private static String oneOf(List<String> names) {
    return names.size() == 1 ? names.get(0) : "one of " + String.join(", ", names);
  }

  /** The one that begins like this, or else takes the fewest changes. */
  static String nearest(String name, List<String> known) {
    LevenshteinDistance distance = LevenshteinDistance.getDefaultInstance();
    Comparator<String> begins =
        Comparator.comparing(k -> !name.isEmpty() && k.startsWith(name) ? 0 : 1);
    return known.stream().min(begins.thenComparing(k -> distance.apply(name, k))).orElseThrow();
  }

  /** What a user would call this value. */
  static String describe(JsonNode value) {
    if (value.isContainerNode()) {
      return value.isArray() ? "a list" : "an object";
    }
    return value.isTextual() ? "the text " + value : value.toString();
  }
}
