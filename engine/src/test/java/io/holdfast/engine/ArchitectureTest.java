package io.holdfast.engine;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.util.List;

/** Who may import whom inside the engine. */
@AnalyzeClasses(packages = "io.holdfast.engine", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {
  @ArchTest
  static final ArchRule ONLY_DB_KNOWS_JDBI =
      noClasses()
          .that()
          .resideOutsideOfPackage("..engine.db..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.jdbi..");

  @ArchTest
  static final ArchRule NOBODY_KNOWS_RESOURCES =
      classes()
          .that()
          .resideInAPackage("..engine.resources..")
          .should()
          .onlyBeAccessed()
          .byAnyPackage("..engine.resources..", "io.holdfast.engine");

  @ArchTest
  static final ArchRule ONLY_RESOURCES_KNOW_THE_API =
      classes()
          .that()
          .resideInAPackage("..engine.api..")
          .should()
          .onlyBeAccessed()
          .byAnyPackage("..engine.api..", "..engine.resources..", "io.holdfast.engine");

  @ArchTest
  static final ArchRule WHAT_RUNS_WITHOUT_HTTP_DOES_NOT_KNOW_IT =
      noClasses()
          .that()
          .resideInAnyPackage(
              "..engine.core..",
              "..engine.db..",
              "..engine.image..",
              "..engine.ledger..",
              "..engine.placement..",
              "..engine.temporal..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("jakarta.ws.rs..", "..engine.resources..", "..engine.api..");

  @ArchTest
  static final ArchRule THE_ENGINE_KNOWS_NO_LIBVIRT =
      noClasses().should().dependOnClassesThat().resideInAPackage("org.libvirt..");

  /** A schema of the OpenAPI document has the simple name of its record: the last one would win. */
  @ArchTest
  static void recordsOfTheApiHaveNamesOfTheirOwn(JavaClasses engine) {
    List<String> names =
        engine.stream()
            .filter(type -> type.getPackageName().endsWith(".engine.api") && type.isRecord())
            .map(JavaClass::getSimpleName)
            .toList();
    assertThat(names).hasSizeGreaterThan(20).doesNotHaveDuplicates();
  }
}
