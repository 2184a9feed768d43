/** What a run of a recovery plan does, and what it did: pure functions and records. */
@NullMarked
package io.holdfast.engine.recovery;

import org.jspecify.annotations.NullMarked;
