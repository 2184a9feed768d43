/** Volumes: create, delete, attach, detach, grow. */
@NullMarked
package io.holdfast.workflows.volume;

import org.jspecify.annotations.NullMarked;
