/** What the interfaces of model providers take as tool definitions. */
import type { Profile } from "../types.js";
import { advises, COMBINATORS, HINTS, refuses, REVISION } from "./limit.js";

export const anthropic: Profile = {
  name: "anthropic",
  title: "Anthropic API",
  revision: "2026-11-25",
  limits: {
    nameLength: refuses(
      64,
      "Error messages of the API that users report: 128 in tool definitions since 2025, 64 where its tool search names one",
      "2026-11-25",
    ),
    namePattern: refuses("^[a-zA-Z0-9_-]+$", "Error messages of the API that users report"),
    objectRoot: refuses(true, "The API's reference: an input schema is of type object"),
    rootKeywords: refuses(["oneOf", "allOf", "anyOf"], "The API refuses the whole request, as users report"),
    argumentPattern: refuses("^[a-zA-Z0-9_.-]{1,64}$", "Error messages of the API that users report"),
  },
};

export const openai: Profile = {
  name: "openai",
  title: "OpenAI API",
  revision: REVISION,
  limits: {
    nameLength: refuses(64, "The API's reference on function names"),
    namePattern: refuses("^[a-zA-Z0-9_-]+$", "The API's reference on function names"),
    toolCount: refuses(128, "The API's reference: most tools of a request"),
    objectRoot: refuses(true, "Error messages of the API that users report"),
    rootProperties: refuses(true, "Objects without properties are refused, as users report"),
    rootKeywords: refuses(["oneOf", "anyOf", "allOf", "enum", "not"], "Error messages of the API that users report"),
    arrayItems: refuses(true, "Error messages of the API that users report"),
    objectProperties: advises(true, "Objects without properties are refused by some of its models, as users report"),
    statements: advises(HINTS, "Its app directory leaves servers out whose tools do not state these"),
  },
};

const schemaReference = "The API reference's Schema object, which leaves this out; a newer field takes more";

export const gemini: Profile = {
  name: "gemini",
  title: "Gemini API and command line",
  revision: "2026-11-25",
  limits: {
    nameLength: refuses(64, "The API's reference on function names"),
    fullNameLength: refuses(
      63 - "mcp_".length - "_".length,
      "The source of the command line, which makes names mcp_server_tool and cuts what is over 63 out of their middle",
      "2026-11-25",
    ),
    namePattern: refuses("^[a-zA-Z_][a-zA-Z0-9_.-]*$", "The API's reference on function names"),
    descriptionLength: advises(1024, "Longer descriptions of functions are refused, as users report"),
    objectRoot: refuses(true, "The API's reference: parameters are an object"),
    keywords: advises(
      ["$schema", "additionalProperties", "propertyNames", "exclusiveMinimum", "exclusiveMaximum"],
      schemaReference,
    ),
    references: advises(true, schemaReference),
    booleanSchemas: advises(true, schemaReference),
    arrayItems: refuses(true, "Error messages of the API that users report"),
  },
};

export const moonshot: Profile = {
  name: "moonshot",
  title: "Moonshot API (Kimi)",
  revision: REVISION,
  limits: {
    nameLength: refuses(64, "The interface follows the reference on function names that others share"),
    objectRoot: refuses(true, "Error messages of the API that users report"),
    depth: refuses(10, "Deeper schemas make it refuse the request, as users report"),
  },
};

export const azureFoundry: Profile = {
  name: "azure-foundry",
  title: "Azure AI Foundry",
  revision: REVISION,
  limits: {
    nameLength: refuses(64, "The interface follows the reference on function names that others share"),
    objectRoot: refuses(true, "Error messages that users report"),
    keywords: refuses(COMBINATORS.slice(0, 3), "Choices between schemas are refused at any depth, as users report"),
    booleanSchemas: refuses(true, "Error messages that users report"),
    objectProperties: refuses(true, "Objects without properties are refused, as users report"),
  },
};
