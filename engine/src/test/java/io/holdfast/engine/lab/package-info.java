/**
 * Tests on the lab that {@code ./dev up} makes: real hypervisors, real guests, real processes that
 * are killed. {@code ./dev test} runs them; they find the lab by the variables that it exports.
 */
@NullMarked
package io.holdfast.engine.lab;

import org.jspecify.annotations.NullMarked;
