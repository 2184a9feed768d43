/** Jobs on protection groups and their recovery points. */
@NullMarked
package io.holdfast.workflows.replication;

import org.jspecify.annotations.NullMarked;
