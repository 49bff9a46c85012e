using Mono.Cecil;
using Mono.Cecil.Cil;

namespace Pictor.Tests.Architecture;

/// <summary>Everything that a type mentions: in signatures, attributes and bodies, its lambdas and state machines included.</summary>
internal static class Uses
{
    /// <summary>The types that a type uses, without arrays, pointers and type arguments around them.</summary>
    public static IEnumerable<TypeReference> Of(TypeDefinition type) => Mentioned(type).SelectMany(Plain).DistinctBy(found => found.FullName);

    private static IEnumerable<TypeReference?> Mentioned(TypeDefinition type)
    {
        IEnumerable<TypeReference?> own =
        [
            type.BaseType,
            .. type.Interfaces.Select(found => found.InterfaceType),
            .. Attributes(type),
            .. type.GenericParameters.SelectMany(parameter => parameter.Constraints.Select(constraint => constraint.ConstraintType)),
            .. type.Fields.SelectMany(field => Attributes(field).Append(field.FieldType)),
            .. type.Properties.SelectMany(property => Attributes(property).Append(property.PropertyType)),
            .. type.Methods.SelectMany(OfMethod),
        ];

        // What the compiler made for a lambda or an async method belongs to whoever wrote it; a written nested type is asked by itself.
        return own.Concat(type.NestedTypes.Where(nested => nested.Name.Contains('<', StringComparison.Ordinal)).SelectMany(Mentioned));
    }

    private static IEnumerable<TypeReference?> OfMethod(MethodDefinition method)
    {
        IEnumerable<TypeReference?> signature =
        [
            method.ReturnType,
            .. method.Parameters.SelectMany(parameter => Attributes(parameter).Append(parameter.ParameterType)),
            .. method.GenericParameters.SelectMany(parameter => parameter.Constraints.Select(constraint => constraint.ConstraintType)),
            .. Attributes(method),
        ];
        return method.HasBody ? signature.Concat(OfBody(method.Body)) : signature;
    }

    private static IEnumerable<TypeReference?> OfBody(MethodBody body) =>
    [
        .. body.Variables.Select(variable => variable.VariableType),
        .. body.ExceptionHandlers.Select(handler => handler.CatchType),
        .. body.Instructions.SelectMany(instruction => OfOperand(instruction.Operand)),
    ];

    private static IEnumerable<TypeReference?> OfOperand(object? operand) => operand switch
    {
        TypeReference type => [type],
        FieldReference field => [field.DeclaringType, field.FieldType],
        GenericInstanceMethod method => [method.DeclaringType, method.ReturnType, .. method.GenericArguments, .. method.Parameters.Select(parameter => parameter.ParameterType)],
        MethodReference method => [method.DeclaringType, method.ReturnType, .. method.Parameters.Select(parameter => parameter.ParameterType)],
        _ => [],
    };

    private static IEnumerable<TypeReference?> Attributes(ICustomAttributeProvider provider) =>
        provider.CustomAttributes.SelectMany(attribute => attribute.ConstructorArguments
            .Select(argument => argument.Value as TypeReference)
            .Append(attribute.AttributeType));

    private static IEnumerable<TypeReference> Plain(TypeReference? type) => type switch
    {
        null or GenericParameter => [],
        GenericInstanceType generic => generic.GenericArguments.SelectMany(Plain).Append(generic.ElementType),
        RequiredModifierType modified => Plain(modified.ElementType).Concat(Plain(modified.ModifierType)),
        TypeSpecification wrapped => Plain(wrapped.ElementType),
        _ => [type],
    };
}
