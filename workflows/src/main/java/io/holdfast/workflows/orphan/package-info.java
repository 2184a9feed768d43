/** Leftovers on hosts: found by a census, then removed or taken back into the ledger. */
@NullMarked
package io.holdfast.workflows.orphan;

import org.jspecify.annotations.NullMarked;
