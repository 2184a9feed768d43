/**
 * Who may change a resource now: the job that holds it says so with every call, and a host refuses
 * whoever comes too late.
 */
@NullMarked
package io.holdfast.workflows.lease;

import org.jspecify.annotations.NullMarked;
