package io.holdfast.workflows.model;

/** One instance of a round. */
public record RoundMember(BackupOrder backup, HostRef source) {}
