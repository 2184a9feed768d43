/**
 * Activity contracts only: ids, idempotency, failure types. Implemented by the engine (ledger) and
 * the host worker.
 */
@NullMarked
package io.holdfast.workflows.activity;

import org.jspecify.annotations.NullMarked;
