/** Runs of recovery plans: tiers in order, a child for each instance, and the way back. */
@NullMarked
package io.holdfast.workflows.recovery;

import org.jspecify.annotations.NullMarked;
