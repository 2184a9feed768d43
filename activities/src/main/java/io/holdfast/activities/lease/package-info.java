/** Refuses calls of runs that were given up, also after a restart of the worker. */
@NullMarked
package io.holdfast.activities.lease;

import org.jspecify.annotations.NullMarked;
