/** Images on this host: fetched, verified, kept as qcow2. */
@NullMarked
package io.holdfast.activities.image;

import org.jspecify.annotations.NullMarked;
