/** Temporal: clients, the start of jobs' workflows, and the worker that runs them. */
@NullMarked
package io.holdfast.engine.temporal;

import org.jspecify.annotations.NullMarked;
