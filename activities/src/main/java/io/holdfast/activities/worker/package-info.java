/** What every activity shares: proof of life, cancellation, failure types, locks. */
@NullMarked
package io.holdfast.activities.worker;

import org.jspecify.annotations.NullMarked;
