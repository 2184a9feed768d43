/**
 * PostgreSQL: one DAO and one {@code *Row} a table, SQL beside the method. Only this package knows
 * JDBI; others say {@link Database} and {@link Daos}.
 */
@NullMarked
package io.holdfast.engine.db;

import org.jspecify.annotations.NullMarked;
