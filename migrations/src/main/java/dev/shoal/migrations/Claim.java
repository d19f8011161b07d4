package dev.shoal.migrations;

/**
 * The right to write a computation's result; it ends when anyone claims the key again.
 *
 * @param key computation, SHA-256 in hexadecimal
 * @param epoch number of the attempt, from 1
 */
public record Claim(String key, long epoch) {}
