package io.holdfast.workflows.model;

/**
 * The beginning of a census, in the ledger's words.
 *
 * @param known digest of the last census that was recorded; empty when there is none
 * @param atMillis the ledger's time, epoch milliseconds
 */
public record CensusTicket(String known, long atMillis) {}
