/** The few system calls that Java has no words for. */
@NullMarked
package io.holdfast.activities.linux;

import org.jspecify.annotations.NullMarked;
