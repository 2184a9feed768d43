/**
 * Storage pools as folders: paths, clones, durable renames, owners, and what libvirt knows of them.
 */
@NullMarked
package io.holdfast.activities.pool;

import org.jspecify.annotations.NullMarked;
