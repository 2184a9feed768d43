package io.holdfast.engine.db;

/**
 * How far what is restorable of an instance lies behind.
 *
 * @param lagSeconds since the moment that the newest available recovery point with it shows; before
 *     one, since it came to be protected
 */
public record InstanceLag(String groupName, String instanceName, double lagSeconds) {}
