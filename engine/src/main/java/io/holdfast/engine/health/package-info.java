/** Health checks and metrics of the admin port. */
@NullMarked
package io.holdfast.engine.health;

import org.jspecify.annotations.NullMarked;
