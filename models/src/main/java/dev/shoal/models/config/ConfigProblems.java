package dev.shoal.models.config;

import java.util.LinkedHashMap;
import java.util.Map;

/** Collects what is wrong, the first problem of each field, so that one message can say it all. */
final class ConfigProblems {

  private final Map<String, String> byField = new LinkedHashMap<>();

  void require(boolean holds, String field, Object found, String rule) {
    if (!holds) {
      add(field, field + " is " + found + ", expected " + rule);
    }
  }

  void add(String field, String problem) {
    byField.putIfAbsent(field, problem);
  }

  boolean has(String field) {
    return byField.containsKey(field);
  }

  void throwIfAny(String where) {
    if (!byField.isEmpty()) {
      throw new ModelUnsupportedException(where, byField.values());
    }
  }
}
