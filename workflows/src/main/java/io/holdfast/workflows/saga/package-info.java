/**
 * The runbook mechanism: named steps, undo registered before do, undo in reverse in a detached
 * scope.
 */
@NullMarked
package io.holdfast.workflows.saga;

import org.jspecify.annotations.NullMarked;
