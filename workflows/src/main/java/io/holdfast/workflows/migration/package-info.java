/** Instances that go to another host. */
@NullMarked
package io.holdfast.workflows.migration;

import org.jspecify.annotations.NullMarked;
