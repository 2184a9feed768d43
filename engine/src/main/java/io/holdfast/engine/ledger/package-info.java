/**
 * Inventory, reservations and the jobs' own records, as local activities: one transaction each, and
 * each may run twice, even at once, even late. A job that has ended is never changed again.
 */
@NullMarked
package io.holdfast.engine.ledger;

import org.jspecify.annotations.NullMarked;
