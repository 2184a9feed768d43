/** What a failure is, whose it is, and whether trying again helps. */
@NullMarked
package io.holdfast.workflows.failure;

import org.jspecify.annotations.NullMarked;
