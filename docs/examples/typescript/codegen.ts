import type { CodegenConfig } from "@graphql-codegen/cli";

export default {
  schema: "../../../schema/schema.graphql",
  documents: "src/*.ts",
  generates: {
    "src/graphql/": {
      preset: "client",
      presetConfig: {
        // Fragments are plain types here; with components, mask them: https://the-guild.dev/graphql/codegen
        fragmentMasking: false,
        // Writes src/graphql/persisted-documents.json, which the gateway takes as SEGMENTS_TRUSTED_DOCUMENTS.
        persistedDocuments: { hashAlgorithm: "sha256" },
      },
      config: {
        documentMode: "string", // nothing of GraphQL itself is in the bundle
        enumType: "string-literal",
        importExtension: ".ts",
        strictScalars: true,
        useTypeImports: true,
        scalars: { Date: "string", DateTime: "string", JSON: "Record<string, unknown>" },
      },
    },
  },
} satisfies CodegenConfig;
