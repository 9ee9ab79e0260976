//! A list of messages: from a name that is known at run time only, no type can be made.

/// Calls a macro with the messages that the vectors are about, and programs rewrite.
macro_rules! with_messages {
    ($then:ident) => {
        $then!(
            ApiError,
            DeltaToolCall,
            Document,
            FileSearch,
            FileSearchRankingOptions,
            FileSearchResult,
            FunctionCall,
            ImageFile,
            MessageCreation,
            RunStep,
            RunStepDelta,
            RunStepList,
            RunStepUsage,
            StepDetails,
            StreamEvent,
            ToolCall
        )
    };
}
