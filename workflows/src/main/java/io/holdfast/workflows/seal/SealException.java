package io.holdfast.workflows.seal;

/**
 * Sealed bytes that cannot be opened; the message names the key. Deliberately no failure of
 * Temporal's: in a workflow those would end the job, and an engine without the key must leave it to
 * wait. Nor a DataConverterException: the SDK drops a signal that throws one.
 */
public class SealException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public SealException(String message) {
    super(message);
  }
}
