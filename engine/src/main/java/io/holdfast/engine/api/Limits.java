package io.holdfast.engine.api;

import io.holdfast.workflows.model.ComputeSize;

/** Limits that several requests share. */
public final class Limits {
  /** RFC 1123 label, lower case: a name is part of host names and of libvirt names. */
  public static final String NAME = "^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$";

  public static final String NAME_MESSAGE =
      "must be a DNS label: lower-case letters, digits and inner hyphens, at most 63";

  /** A name, or an id, which has the same letters. */
  public static final String REFERENCE_MESSAGE = "must be a name or an id";

  /** A label's key. */
  public static final String LABEL = "[A-Za-z0-9]([A-Za-z0-9._/-]{0,61}[A-Za-z0-9])?";

  public static final String LABEL_MESSAGE =
      "must have a key of letters, digits, '.', '_', '/', '-', at most 63";

  public static final int MAX_LABEL = 255;
  public static final int MAX_LABELS = 64;
  public static final int MAX_DISK_GIB = 65_536;
  public static final int MAX_MEMBERS = 100;
  public static final int MAX_MEMORY_MIB = 4_194_304;
  public static final int MIN_MEMORY_MIB = 64;

  public static final int MAX_VCPUS = ComputeSize.MOST_VCPUS;

  static final int MAX_REASON = 1000;

  private Limits() {}
}
