/** Shapes of requests and responses, with their limits. Only resources use them. */
@NullMarked
package io.holdfast.engine.api;

import org.jspecify.annotations.NullMarked;
