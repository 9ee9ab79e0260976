#!/usr/bin/env node
import { runNodeJs } from "@bufbuild/protoplugin";
import { openaiTypesPlugin } from "./plugin.js";

runNodeJs(openaiTypesPlugin);
