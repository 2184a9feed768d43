/** What this host may run: kept in files, asked by the worker and by libvirt's hook. */
@NullMarked
package io.holdfast.activities.ownership;

import org.jspecify.annotations.NullMarked;
