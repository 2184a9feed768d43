/** Running guests on their way to another host, at the host that they leave and at the other. */
@NullMarked
package io.holdfast.activities.migration;

import org.jspecify.annotations.NullMarked;
