package io.holdfast.engine.db;

/**
 * What the database may know of an instance's secrets.
 *
 * @param key id of the key that opens them
 * @param data base64
 */
public record SealedSecrets(String key, String data) {}
