/** Addresses outside that somebody has the engine call. */
@NullMarked
package io.holdfast.engine.outside;

import org.jspecify.annotations.NullMarked;
