/** What is left over on hosts: pure functions of censuses and ledger. */
@NullMarked
package io.holdfast.engine.orphan;

import org.jspecify.annotations.NullMarked;
