/** The control plane: HTTP in front, PostgreSQL for memory, Temporal for what must not be lost. */
@NullMarked
package io.holdfast.engine;

import org.jspecify.annotations.NullMarked;
