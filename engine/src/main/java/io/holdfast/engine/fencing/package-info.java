/** Runs fencing agents, which cut a host's power. */
@NullMarked
package io.holdfast.engine.fencing;

import org.jspecify.annotations.NullMarked;
