/** Several steps on the host in one call. */
@NullMarked
package io.holdfast.activities.instance;

import org.jspecify.annotations.NullMarked;
