//! The tables of items: which are calls, which answers, and where each has what.

/// How an item says a call.
pub(super) struct CallForm {
    pub(super) kind: &'static str,
    /// Name of the tool, for those that have one only; else it is in the item.
    pub(super) tool: Option<&'static str>,
    /// The field that is what the tool is given.
    pub(super) input: Option<&'static str>,
    /// The field that is what the tool answered, for those that have it in the same item.
    pub(super) answer: Option<&'static str>,
}

/// How an item says what a tool answered.
pub(super) struct AnswerForm {
    pub(super) kind: &'static str,
    /// The field that names the call.
    pub(super) call: &'static str,
    /// The field that is the answer.
    pub(super) answer: Option<&'static str>,
}

const fn call(
    kind: &'static str,
    tool: Option<&'static str>,
    input: Option<&'static str>,
    answer: Option<&'static str>,
) -> CallForm {
    CallForm { kind, tool, input, answer }
}

const fn answer(kind: &'static str, call: &'static str, answer: Option<&'static str>) -> AnswerForm {
    AnswerForm { kind, call, answer }
}

/// What a call is written as, unless it says otherwise.
pub(super) const CALL: &str = "function_call";
/// What an answer is written as, unless it says otherwise.
pub(super) const ANSWER: &str = "function_call_output";

/// Every item that is a call; the first is [`CALL`].
pub(super) const CALLS: &[CallForm] = &[
    call(CALL, None, Some("arguments"), None),
    call("custom_tool_call", None, Some("input"), None),
    call("web_search_call", Some("web_search"), Some("action"), None),
    call("file_search_call", Some("file_search"), Some("queries"), Some("results")),
    call("computer_call", Some("computer"), Some("action"), None),
    call("code_interpreter_call", Some("code_interpreter"), Some("code"), Some("outputs")),
    call("image_generation_call", Some("image_generation"), None, Some("result")),
    call("local_shell_call", Some("local_shell"), Some("action"), None),
    call("shell_call", Some("shell"), Some("action"), None),
    call("apply_patch_call", Some("apply_patch"), Some("operation"), None),
    call("mcp_list_tools", Some("mcp_list_tools"), None, Some("tools")),
    call("mcp_call", None, Some("arguments"), Some("output")),
    call("mcp_approval_request", None, Some("arguments"), None),
    call("tool_search_call", Some("tool_search"), Some("arguments"), None),
    call("program", Some("program"), Some("code"), None),
    call("hosted_tool_call", None, Some("arguments"), Some("output")),
];

/// Every item that is an answer; the first is [`ANSWER`].
pub(super) const ANSWERS: &[AnswerForm] = &[
    answer(ANSWER, "call_id", Some("output")),
    answer("custom_tool_call_output", "call_id", Some("output")),
    answer("computer_call_output", "call_id", Some("output")),
    answer("local_shell_call_output", "call_id", Some("output")),
    answer("shell_call_output", "call_id", Some("output")),
    answer("apply_patch_call_output", "call_id", Some("output")),
    answer("mcp_approval_response", "approval_request_id", None),
    answer("tool_search_output", "call_id", Some("tools")),
    answer("program_output", "call_id", Some("result")),
    answer("function_call_result", "callId", Some("output")),
    answer("computer_call_result", "callId", Some("output")),
    answer("shell_call_result", "callId", Some("output")),
    answer("apply_patch_call_result", "callId", Some("output")),
];

/// Items that only the API understands.
pub(super) const OPAQUE: &[&str] =
    &["compaction", "compaction_summary", "context_compaction", "item_reference"];

/// Fields of items that the specification names and the model has no place for.
pub(super) const FIELDS: &[&str] = &[
    "acknowledged_safety_checks",
    "action",
    "actions",
    "agent",
    "approval_request_id",
    "approve",
    "background",
    "call_id",
    "caller",
    "code",
    "container_id",
    "content",
    "created_by",
    "encrypted_content",
    "environment",
    "error",
    "execution",
    "fingerprint",
    "id",
    "max_output_length",
    "name",
    "namespace",
    "operation",
    "output",
    "output_format",
    "outputs",
    "pending_safety_checks",
    "quality",
    "queries",
    "reason",
    "result",
    "results",
    "revised_prompt",
    "server_label",
    "size",
    "status",
    "summary",
    "tools",
];
