/** How every process of ours connects to Temporal. No workflow calls it. */
@NullMarked
package io.holdfast.workflows.connection;

import org.jspecify.annotations.NullMarked;
