package io.holdfast.engine.db;

/**
 * Which recovery points are kept.
 *
 * @param keepLast the newest ones; at least 1
 * @param hourly of so many hours that have any, the last one; {@code daily}, {@code weekly} alike
 */
public record Retention(int keepLast, int hourly, int daily, int weekly) {}
