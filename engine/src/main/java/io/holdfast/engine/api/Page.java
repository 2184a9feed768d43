package io.holdfast.engine.api;

import java.util.List;

/** One page of a list; the header Link leads to the next. */
public record Page<T>(List<T> items) {}
