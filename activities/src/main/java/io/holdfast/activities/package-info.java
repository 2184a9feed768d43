/** The host worker: one process on every hypervisor host, polling that host's two task queues. */
@NullMarked
package io.holdfast.activities;

import org.jspecify.annotations.NullMarked;
