/** Secrets at rest: sealed before they reach a row, opened for the host that needs them. */
@NullMarked
package io.holdfast.engine.seal;

import org.jspecify.annotations.NullMarked;
