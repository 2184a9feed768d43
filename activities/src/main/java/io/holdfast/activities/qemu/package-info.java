/** QEMU's command line tools and the qcow2 header. */
@NullMarked
package io.holdfast.activities.qemu;

import org.jspecify.annotations.NullMarked;
