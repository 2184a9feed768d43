/**
 * Encryption of what leaves a process: every payload of Temporal, and secrets at rest. No workflow
 * calls it; both processes wire it into their client.
 */
@NullMarked
package io.holdfast.workflows.seal;

import org.jspecify.annotations.NullMarked;
